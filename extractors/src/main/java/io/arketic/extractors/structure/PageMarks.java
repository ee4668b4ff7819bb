package io.arketic.extractors.structure;

import org.jspecify.annotations.Nullable;

/** Names the XHTML elements that begin a page, by the kind of document. Inner documents have no pages of their own. */
public enum PageMarks {
    NONE {
        @Override
        boolean startsPage(String element, @Nullable String cssClass) {
            return false;
        }
    },
    /** Serves PDF, XPS and pictures. */
    PAGES {
        @Override
        boolean startsPage(String element, @Nullable String cssClass) {
            return element.equals("div") && "page".equals(cssClass);
        }
    },
    /** Serves presentations of all kinds. */
    SLIDES {
        @Override
        boolean startsPage(String element, @Nullable String cssClass) {
            return element.equals("div") && "slide-content".equals(cssClass);
        }
    },
    /** Serves spreadsheets of all kinds: a sheet's name is its only first-level heading. */
    SHEETS {
        @Override
        boolean startsPage(String element, @Nullable String cssClass) {
            return element.equals("h1");
        }
    };

    abstract boolean startsPage(String element, @Nullable String cssClass);

    public static PageMarks of(String mediaType) {
        if (mediaType.startsWith("application/pdf")
                || mediaType.contains("ms-xpsdocument")
                || mediaType.startsWith("image/")) {
            return PAGES;
        }
        if (mediaType.contains("powerpoint")
                || mediaType.contains("presentationml")
                || mediaType.contains("opendocument.presentation")
                || mediaType.contains("opendocument.graphics")) {
            return SLIDES;
        }
        if (mediaType.contains("excel")
                || mediaType.contains("spreadsheetml")
                || mediaType.contains("opendocument.spreadsheet")) {
            return SHEETS;
        }
        return NONE;
    }
}
