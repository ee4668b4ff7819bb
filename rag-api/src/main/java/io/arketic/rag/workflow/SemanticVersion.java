package io.arketic.rag.workflow;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a definition: major, minor and patch, as semver.org has them, without labels. */
record SemanticVersion(int major, int minor, int patch) implements Comparable<SemanticVersion> {

    static final SemanticVersion FIRST = new SemanticVersion(1, 0, 0);

    private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d{0,4})\\.(0|[1-9]\\d{0,4})\\.(0|[1-9]\\d{0,4})");

    static Optional<SemanticVersion> of(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(new SemanticVersion(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    SemanticVersion next() {
        return new SemanticVersion(major, minor + 1, 0);
    }

    @Override
    public int compareTo(SemanticVersion other) {
        return Comparator.comparingInt(SemanticVersion::major)
                .thenComparingInt(SemanticVersion::minor)
                .thenComparingInt(SemanticVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
