package io.arketic.extractors.worker;

import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.markup.ArticleXml;
import io.arketic.extractors.markup.EpubBook;
import io.arketic.extractors.markup.VisibleHtml;
import io.arketic.extractors.opendocument.OpenDocument;
import io.arketic.extractors.pdf.PdfDocument;
import io.arketic.extractors.pdf.PictureText;
import io.arketic.extractors.sheet.ExcelBook;
import io.arketic.extractors.sheet.OldWorkbook;
import io.arketic.extractors.slides.OldShow;
import io.arketic.extractors.slides.PowerPointShow;
import io.arketic.extractors.text.PlainTextParser;
import io.arketic.extractors.text.TextEncodingDetector;
import io.arketic.extractors.text.UnknownText;
import io.arketic.extractors.word.OldWord;
import io.arketic.extractors.word.RichText;
import io.arketic.extractors.word.WordDocument;
import java.util.Locale;
import java.util.Set;
import org.apache.tika.config.ServiceLoader;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.AutoDetectParserConfig;
import org.apache.tika.parser.DefaultParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.external.CompositeExternalParser;
import org.apache.tika.parser.html.DefaultHtmlMapper;
import org.apache.tika.parser.html.HtmlMapper;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.ocr.TesseractOCRParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.parser.pkg.CompressorParserOptions;
import org.jspecify.annotations.Nullable;

/** Configures the parsers. */
final class ParserSet {

    private ParserSet() {}

    static AutoDetectParser create() {
        ServiceLoader loader = new ServiceLoader(ParserSet.class.getClassLoader());
        EncodingDetector encodings = new TextEncodingDetector();
        // These two start programs.
        Set<Class<? extends Parser>> excluded = Set.of(TesseractOCRParser.class, CompositeExternalParser.class);
        DefaultParser parsers =
                new DefaultParser(MediaTypeRegistry.getDefaultRegistry(), loader, excluded, encodings, null);
        AutoDetectParser parser = new AutoDetectParser(
                new FileTypes(new DefaultDetector()),
                parsers,
                new VisibleHtml(encodings),
                new EpubBook(new VisibleHtml(encodings)),
                new ArticleXml(),
                new WordDocument(),
                new ExcelBook(),
                new OpenDocument(),
                new PowerPointShow(),
                new RichText(),
                new OldWord(),
                new OldWorkbook(),
                new OldShow(),
                new PdfDocument(),
                new PictureText(),
                new PlainTextParser());
        parser.setFallback(new UnknownText());
        parser.setAutoDetectParserConfig(withoutBombSuspicion());
        return parser;
    }

    /**
     * Disables the suspicion of bombs: Tika suspects 100 nested elements or hundredfold growth, which harmless files
     * reach. Text, depth, count, time and heap are limited here anyway.
     */
    private static AutoDetectParserConfig withoutBombSuspicion() {
        AutoDetectParserConfig config = new AutoDetectParserConfig();
        config.setOutputThreshold(Long.MAX_VALUE);
        config.setMaximumDepth(Integer.MAX_VALUE);
        config.setMaximumPackageEntryDepth(Integer.MAX_VALUE);
        return config;
    }

    static ParseContext context(Parser parser, TextAssembler out) {
        ParseContext context = new ParseContext();
        context.set(Parser.class, parser);
        context.set(TextAssembler.class, out);
        context.set(PDFParserConfig.class, pdf());
        context.set(OfficeParserConfig.class, office());
        context.set(HtmlMapper.class, new KeptMarkup());
        // A compressed file may consist of several, one behind the other.
        context.set(CompressorParserOptions.class, metadata -> true);
        return context;
    }

    private static PDFParserConfig pdf() {
        PDFParserConfig config = new PDFParserConfig();
        config.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        config.setExtractInlineImages(false);
        config.setExtractMarkedContent(false);
        // They repeat the headings of the pages outside of any page: a citation of one would have no place.
        config.setExtractBookmarksText(false);
        return config;
    }

    private static OfficeParserConfig office() {
        OfficeParserConfig config = new OfficeParserConfig();
        config.setExtractMacros(false);
        // Its text is read here; Tika's other results need no tree of the whole document.
        config.setUseSAXDocxExtractor(true);
        return config;
    }

    /** Maps HTML like Tika, but with every element, the span of a cell, and the attributes that hide an element. */
    private static final class KeptMarkup extends DefaultHtmlMapper {
        private static final Set<String> ATTRIBUTES = Set.of("colspan", "rowspan", "hidden", "aria-hidden", "style");

        @Override
        public String mapSafeElement(String name) {
            String safe = super.mapSafeElement(name);
            return safe == null ? name.toLowerCase(Locale.ROOT) : safe;
        }

        @Override
        public @Nullable String mapSafeAttribute(String element, String attribute) {
            return ATTRIBUTES.contains(attribute) ? attribute : super.mapSafeAttribute(element, attribute);
        }
    }
}
