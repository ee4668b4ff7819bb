package io.arketic.rag.connection;

import org.apache.coyote.AsyncContextCallback;

/** Ignores events: no application has seen the request while its body arrives. */
enum Unnoticed implements AsyncContextCallback {
    IT;

    @Override
    public void fireOnComplete() {}

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public void incrementInProgressAsyncCount() {}

    @Override
    public void decrementInProgressAsyncCount() {}
}
