package io.arketic.extractors.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDNameTreeNode;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.common.filespecification.PDEmbeddedFile;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationFileAttachment;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Passes the files inside a PDF to the reader of embedded files. */
final class PdfAttachments {

    private static final int DEEPEST = 20;

    private final ContentHandler handler;
    private final EmbeddedDocumentExtractor extractor;

    PdfAttachments(ContentHandler handler, ParseContext context) {
        this.handler = handler;
        this.extractor = Objects.requireNonNull(context.get(EmbeddedDocumentExtractor.class));
    }

    void read(PDDocument document) throws IOException, SAXException {
        PDDocumentNameDictionary names = document.getDocumentCatalog().getNames();
        if (names != null && names.getEmbeddedFiles() != null) {
            read(names.getEmbeddedFiles(), 0);
        }
        for (PDPage page : document.getPages()) {
            for (PDAnnotation annotation : page.getAnnotations()) {
                if (annotation instanceof PDAnnotationFileAttachment attachment
                        && attachment.getFile() instanceof PDComplexFileSpecification file) {
                    read(file);
                }
            }
        }
    }

    private void read(PDNameTreeNode<PDComplexFileSpecification> node, int depth) throws IOException, SAXException {
        Map<String, PDComplexFileSpecification> files = node.getNames();
        if (files != null) {
            for (PDComplexFileSpecification file : files.values()) {
                read(file);
            }
        }
        if (node.getKids() != null && depth < DEEPEST) {
            for (PDNameTreeNode<PDComplexFileSpecification> kid : node.getKids()) {
                read(kid, depth + 1);
            }
        }
    }

    private void read(@Nullable PDComplexFileSpecification file) throws IOException, SAXException {
        PDEmbeddedFile bytes = file == null ? null : bytes(file);
        if (file == null || bytes == null) {
            return;
        }
        Metadata metadata = new Metadata();
        String name = file.getFileUnicode() != null ? file.getFileUnicode() : file.getFile();
        if (name != null) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        }
        metadata.set(
                TikaCoreProperties.EMBEDDED_RESOURCE_TYPE,
                TikaCoreProperties.EmbeddedResourceType.ATTACHMENT.toString());
        if (extractor.shouldParseEmbedded(metadata)) {
            try (InputStream stream = bytes.createInputStream();
                    TikaInputStream whole = TikaInputStream.get(stream)) {
                extractor.parseEmbedded(whole, handler, metadata, false);
            }
        }
    }

    private static @Nullable PDEmbeddedFile bytes(PDComplexFileSpecification file) {
        if (file.getEmbeddedFileUnicode() != null) {
            return file.getEmbeddedFileUnicode();
        }
        return file.getEmbeddedFile();
    }
}
