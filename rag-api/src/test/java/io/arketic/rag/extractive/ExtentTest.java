package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.search.ChunkHit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtentTest {

    @Test
    void moreOfWhatIsNearlyAsGoodIsToldInALongerAnswer() throws Exception {
        List<ChunkHit> pumps = new ArrayList<>();
        for (String place : List.of("north", "east", "middle", "west", "hall")) {
            pumps.add(Hits.hit("text", "The filter of the pump " + place + " is changed regularly.", 0));
        }
        // These passages are alike, so each is refused as little sure; the confidence is not what is tested.
        ExtractiveAnswerer answerer = new ExtractiveAnswerer(0);
        String question = "How is the filter of the pump changed?";
        int concise = answerer.choose(question, pumps, null, Extent.CONCISE).size();
        int balanced = answerer.choose(question, pumps, null).size();
        int detailed = answerer.choose(question, pumps, null, Extent.DETAILED).size();
        assertThat(concise).isEqualTo(1);
        assertThat(balanced).isGreaterThan(concise).isLessThanOrEqualTo(Extent.BALANCED.mostPassages());
        assertThat(detailed).isGreaterThan(balanced).isLessThanOrEqualTo(Extent.DETAILED.mostPassages());
    }
}
