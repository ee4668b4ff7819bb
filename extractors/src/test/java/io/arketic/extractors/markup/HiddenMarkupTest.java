package io.arketic.extractors.markup;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class HiddenMarkupTest {

    @Test
    void rulesOfThePageHideElementsAndLaterRulesShowThem() {
        assertThat(visible("""
                <style>
                  /* .c { display: none } */
                  .a, .b { color: red; DISPLAY : none !important }
                  @media print { .c { display: none } }
                  @media screen { .d { visibility: hidden } }
                  .b.open { display: block }
                  @import url("x.css");
                  .e:hover { display: none }
                </style>
                <p class=a>one</p><p class="b open">two</p><p class=c>three</p><p class=d>four</p><p class=e>five</p>""")).isEqualTo("two three five");
    }

    @Test
    void attributesHideAnElementWithAllThatIsInIt() {
        assertThat(visible("""
                <p hidden>one <b>two</b></p><div style="color:red;display:none"><p>three</p></div>
                <span aria-hidden=true>four</span><p style="opacity: 0">five</p><p style="font-size:0px">six</p>
                <template>seven</template><noscript>eight</noscript><del>nine</del><dialog>ten</dialog>
                <p style="opacity:0.5">kept</p><p style="display:block">also</p><dialog open>told</dialog>""")).isEqualTo("kept also told");
    }

    @Test
    void aPageThatItsScriptsShowKeepsWhatItsStyleSheetHides() {
        assertThat(visible("<style>main { display: none }</style><main><p>all of it</p></main>"))
                .isEqualTo("all of it");
    }

    private static String visible(String body) {
        Document document = Jsoup.parse("<html><head></head><body>" + body + "</body></html>");
        HiddenMarkup.remove(document);
        return document.body().text();
    }
}
