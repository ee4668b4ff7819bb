package io.arketic.extractors.pdf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationMarkup;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationPopup;

/** Reads notes of readers on a page: comments with their author, and free text, which is part of the page. */
final class PdfComments {

    private PdfComments() {}

    static List<String> of(PDPage page) throws IOException {
        List<String> comments = new ArrayList<>();
        for (PDAnnotation annotation : page.getAnnotations()) {
            String text = annotation.getContents();
            boolean shown = !annotation.isHidden() && !annotation.isNoView();
            if (shown
                    && text != null
                    && !text.isBlank()
                    && annotation instanceof PDAnnotationMarkup markup
                    && !(annotation instanceof PDAnnotationPopup)) {
                String author = markup.getTitlePopup();
                String by = author == null || author.isBlank() ? "Comment: " : "Comment by " + author.strip() + ": ";
                comments.add(("FreeText".equals(annotation.getSubtype()) ? "" : by) + text.strip());
            }
        }
        return comments;
    }
}
