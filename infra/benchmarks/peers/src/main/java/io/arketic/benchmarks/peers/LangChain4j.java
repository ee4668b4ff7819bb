package io.arketic.benchmarks.peers;

import dev.langchain4j.data.document.BlankDocumentException;
import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.document.loader.FileSystemDocumentLoader;
import dev.langchain4j.data.document.parser.apache.tika.ApacheTikaDocumentParser;
import dev.langchain4j.data.document.splitter.DocumentSplitters;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** LangChain4j: Apache Tika, the recursive splitter, PgVectorEmbeddingStore. Chunks are as large as ours. */
final class LangChain4j implements Peer {

    private static final int CHUNK = 1000;
    private static final int OVERLAP = 200;

    private final Onnx onnx;
    private final EmbeddingStore<TextSegment> store;
    private final EmbeddingStoreIngestor ingestor;

    LangChain4j(Onnx onnx, DataSource database) {
        this.onnx = onnx;
        this.store = PgVectorEmbeddingStore.datasourceBuilder()
                .datasource(database)
                .table("chunks")
                .dimension(onnx.dimensions())
                .build();
        this.ingestor = EmbeddingStoreIngestor.builder()
                .documentSplitter(DocumentSplitters.recursive(CHUNK, OVERLAP))
                .embeddingModel(onnx.model())
                .embeddingStore(store)
                .build();
    }

    @Override
    public String ingest(Path file) throws IOException {
        try {
            Document document = FileSystemDocumentLoader.loadDocument(file, new ApacheTikaDocumentParser());
            ingestor.ingest(document);
            return document.text();
        } catch (BlankDocumentException e) {
            return "";
        } catch (RuntimeException e) {
            throw new IOException(file.toString(), e);
        }
    }

    @Override
    public List<String> search(String question, int limit) {
        EmbeddingSearchRequest request = EmbeddingSearchRequest.builder()
                .queryEmbedding(onnx.model().embed(question).content())
                .maxResults(limit)
                .build();
        return store.search(request).matches().stream()
                .map(match -> Objects.requireNonNull(match.embedded().metadata().getString(Document.FILE_NAME)))
                .toList();
    }
}
