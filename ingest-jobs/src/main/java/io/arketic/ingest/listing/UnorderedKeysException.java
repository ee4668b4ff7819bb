package io.arketic.ingest.listing;

/** Reports that a listing of the store or the ledger is not in the order of {@link KeyOrder}. */
final class UnorderedKeysException extends Exception {

    private static final long serialVersionUID = 1L;

    UnorderedKeysException(String source, String key, String before) {
        super(source + " shows " + key + " after " + before);
    }
}
