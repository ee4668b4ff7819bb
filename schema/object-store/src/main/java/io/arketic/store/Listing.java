package io.arketic.store;

import io.minio.Result;
import io.minio.messages.Item;
import java.util.Iterator;
import java.util.Optional;

/** Lists objects of a bucket in the order of their keys, and asks the store page by page. Not safe for several threads. */
public final class Listing {

    private final String what;
    private final Iterator<Result<Item>> items;

    Listing(String what, Iterable<Result<Item>> items) {
        this.what = what;
        this.items = items.iterator();
    }

    /**
     * Returns the next object; empty at the end.
     *
     * @throws StoreException when the listing breaks off; what came before is not all
     */
    public Optional<StoredObject> next() throws StoreException {
        return Answer.of("list " + what, () -> {
            while (items.hasNext()) {
                Item item = items.next().get();
                if (!item.isDir() && !item.isDeleteMarker()) {
                    return Optional.of(StoredObject.of(item));
                }
            }
            return Optional.empty();
        });
    }
}
