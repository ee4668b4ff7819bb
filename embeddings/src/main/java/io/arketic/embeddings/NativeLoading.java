package io.arketic.embeddings;

import java.io.IOException;

/** Loads networks without a look at the network or at GPUs. */
final class NativeLoading {

    interface Loading<T> {
        T load() throws IOException;
    }

    private NativeLoading() {}

    /**
     * Loads with this class's loader: DJL finds its engine through the context loader, and otherwise calls its home
     * server and looks for GPU libraries.
     */
    static <T> T withOwnClasses(Loading<T> loading) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(NativeLoading.class.getClassLoader());
        System.setProperty("ai.djl.offline", "true");
        try {
            return loading.load();
        } finally {
            thread.setContextClassLoader(context);
        }
    }
}
