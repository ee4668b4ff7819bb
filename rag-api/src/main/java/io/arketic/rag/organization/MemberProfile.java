package io.arketic.rag.organization;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds what a user shows of itself to the organization: its names, and the rest unless its profile is private. */
record MemberProfile(
        UUID userId,
        String firstName,
        String lastName,
        @Nullable String avatarUrl,
        @Nullable String bio,
        @Nullable String jobTitle,
        @Nullable String company,
        @Nullable String location,
        @Nullable String timezone,
        @Nullable String language,
        @Nullable List<String> skills,
        @Nullable List<String> certifications,
        @Nullable Integer experienceYears) {}
