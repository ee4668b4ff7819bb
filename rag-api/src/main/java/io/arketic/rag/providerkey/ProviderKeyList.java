package io.arketic.rag.providerkey;

import java.util.List;

/** The newest first. */
record ProviderKeyList(List<ProviderKey> items) {}
