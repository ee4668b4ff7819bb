package io.arketic.rag.connection;

import org.apache.coyote.AsyncContextCallback;

/** Waiting for a body concerns no application: none has seen the request yet. */
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
