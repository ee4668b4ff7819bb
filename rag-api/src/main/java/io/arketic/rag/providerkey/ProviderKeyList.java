package io.arketic.rag.providerkey;

import java.util.List;

/** Lists the newest first. */
record ProviderKeyList(List<ProviderKey> items) {}
