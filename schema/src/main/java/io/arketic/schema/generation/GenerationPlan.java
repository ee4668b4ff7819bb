package io.arketic.schema.generation;

/**
 * Says how the chunks of a generation are cut and embedded.
 *
 * @param chunkSize in characters, as {@code chunkOverlap}
 * @param similarityThreshold of the knowledge base while the generation is searched
 */
public record GenerationPlan(String embeddingModel, int chunkSize, int chunkOverlap, double similarityThreshold) {}
