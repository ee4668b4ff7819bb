package io.arketic.rag.organization;

/** Names a subscription tier and its default limits. */
enum Tier {
    FREE(5, 1, 1_000),
    STARTER(20, 10, 10_000),
    PROFESSIONAL(100, 100, 100_000),
    ENTERPRISE(10_000, 10_000, 10_000_000);

    private final int members;
    private final int storageGb;
    private final int aiRequests;

    Tier(int members, int storageGb, int aiRequests) {
        this.members = members;
        this.storageGb = storageGb;
        this.aiRequests = aiRequests;
    }

    int members() {
        return members;
    }

    int storageGb() {
        return storageGb;
    }

    /** Returns the requests in a month. */
    int aiRequests() {
        return aiRequests;
    }
}
