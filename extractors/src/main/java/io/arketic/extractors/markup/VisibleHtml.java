package io.arketic.extractors.markup;

import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import io.arketic.extractors.office.MathMl;
import io.arketic.extractors.office.OfficeXml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.io.input.CloseShieldInputStream;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.html.JSoupParser;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Reads the part of an HTML page that a browser shows. */
public final class VisibleHtml extends JSoupParser {

    private static final long serialVersionUID = 1L;
    private static final Set<MediaType> TYPES = Set.of(MediaType.TEXT_HTML, MediaType.application("xhtml+xml"));

    public VisibleHtml(EncodingDetector encodings) {
        super(encodings);
    }

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return TYPES;
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        Charset charset = Objects.requireNonNullElse(
                getEncodingDetector(context).detect(stream, metadata), StandardCharsets.UTF_8);
        MediaType type =
                Objects.requireNonNullElse(MediaType.parse(metadata.get(Metadata.CONTENT_TYPE)), MediaType.TEXT_HTML);
        metadata.set(Metadata.CONTENT_TYPE, new MediaType(type.getBaseType(), charset).toString());
        metadata.set(Metadata.CONTENT_ENCODING, charset.name());
        Document document = Jsoup.parse(CloseShieldInputStream.wrap(stream), charset.name(), "");
        int removed = HiddenMarkup.remove(document);
        Objects.requireNonNull(context.get(TextAssembler.class)).leaveOut(LeftOut.HIDDEN_ELEMENTS, removed);
        for (Element math : document.select("math")) {
            math.replaceWith(new TextNode(" " + MathMl.line(asRead(math)) + " "));
        }
        document.outputSettings().prettyPrint(false);
        parseString(document.outerHtml(), handler, metadata, context);
    }

    private static OfficeXml.Element asRead(Element element) {
        String name = element.normalName();
        return new OfficeXml.Element(
                name.substring(name.indexOf(':') + 1),
                element.attributes().asList().stream()
                        .collect(Collectors.toMap(Attribute::getKey, Attribute::getValue, (first, second) -> first)),
                element.children().stream().map(VisibleHtml::asRead).toList(),
                element.wholeText());
    }
}
