package io.arketic.rag.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KnowledgeToolsTest {

    @Test
    void organizationsAreTakenInTurnUpToTheLimit() {
        List<List<String>> found = List.of(List.of("a1", "a2", "a3"), List.of(), List.of("b1"), List.of("c1", "c2"));
        assertThat(KnowledgeTools.inTurn(found, 5)).containsExactly("a1", "b1", "c1", "a2", "c2");
        assertThat(KnowledgeTools.inTurn(found, 10)).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
        assertThat(KnowledgeTools.inTurn(List.<List<String>>of(), 5)).isEmpty();
    }
}
