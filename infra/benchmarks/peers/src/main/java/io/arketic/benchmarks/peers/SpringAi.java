package io.arketic.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.reader.tika.TikaDocumentReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.core.io.FileSystemResource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Spring AI: TikaDocumentReader, TokenTextSplitter, PgVectorStore with its HNSW index, all by their defaults. */
final class SpringAi implements Peer {

    private final TokenTextSplitter splitter = TokenTextSplitter.builder().build();
    private final PgVectorStore store;

    SpringAi(Onnx onnx, DataSource database) throws Exception {
        store = PgVectorStore.builder(new JdbcTemplate(database), new Model(onnx))
                .dimensions(onnx.dimensions())
                .initializeSchema(true)
                .build();
        store.afterPropertiesSet();
    }

    @Override
    public String ingest(Path file) throws IOException {
        try {
            List<Document> read = new TikaDocumentReader(new FileSystemResource(file)).get();
            store.add(splitter.apply(read));
            return read.stream().map(SpringAi::text).collect(Collectors.joining());
        } catch (RuntimeException e) {
            throw new IOException(file.toString(), e);
        }
    }

    @Override
    public List<String> search(String question, int limit) {
        SearchRequest request = SearchRequest.builder()
                .query(question)
                .topK(limit)
                .similarityThresholdAll()
                .build();
        return store.similaritySearch(request).stream()
                .map(document -> String.valueOf(document.getMetadata().get(TikaDocumentReader.METADATA_SOURCE)))
                .toList();
    }

    private static String text(Document document) {
        return Objects.requireNonNullElse(document.getText(), "");
    }

    private record Model(Onnx onnx) implements EmbeddingModel {

        @Override
        public EmbeddingResponse call(EmbeddingRequest request) {
            List<Embedding> embeddings = new ArrayList<>();
            for (float[] vector : onnx.embed(request.getInstructions())) {
                embeddings.add(new Embedding(vector, embeddings.size()));
            }
            return new EmbeddingResponse(embeddings);
        }

        @Override
        public float[] embed(Document document) {
            return onnx.embed(List.of(text(document))).get(0);
        }

        @Override
        public int dimensions() {
            return onnx.dimensions();
        }
    }
}
