package io.arketic.rag.chat;

import io.arketic.rag.organization.Membership;

/** A chat, and as whom the caller reaches it. */
record ChatAccess(Membership membership, Chat chat) {}
