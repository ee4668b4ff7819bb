package io.arketic.embeddings;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Tokenizes text with a {@code tokenizer.json}; safe for use by several threads. */
final class Tokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    static Tokenizer load(Path file) throws IOException {
        // Some files ask for padding to, or cutting at, a length that is not the model's.
        return new Tokenizer(HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false")));
    }

    int count(String text) {
        return tokenizer.encode(text).getIds().length;
    }

    /**
     * Returns the token numbers with the special tokens; for a longer text the first ones and the closing special
     * token.
     */
    long[] encode(String text, int maxTokens) {
        long[] ids = tokenizer.encode(text).getIds();
        if (ids.length <= maxTokens) {
            return ids;
        }
        long[] kept = Arrays.copyOf(ids, maxTokens);
        kept[maxTokens - 1] = ids[ids.length - 1];
        return kept;
    }

    /** Encodes two texts as one input, with the number of each token's text. */
    record Pair(long[] ids, long[] types) {}

    Pair encode(String first, String second) {
        Encoding encoding = tokenizer.encode(first, second);
        return new Pair(encoding.getIds(), encoding.getTypeIds());
    }

    /** Returns the longest beginning of {@code text} with at most {@code maxTokens} tokens. */
    String cut(String text, int maxTokens) {
        CharSpan[] spans = tokenizer.encode(text).getCharTokenSpans();
        if (spans.length <= maxTokens) {
            return text;
        }
        // The special token at the end has no span; it replaces the last kept token.
        for (int last = maxTokens - 2; last >= 0; last--) {
            if (spans[last] != null) {
                return text.substring(0, text.offsetByCodePoints(0, spans[last].getEnd()));
            }
        }
        return "";
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
