package io.arketic.extractors.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.assembly.TextAssembler;
import java.util.regex.Pattern;

/** Writes a Jupyter notebook (nbformat 3 and 4): the text of its Markdown cells, its code, and the code's output. */
final class NotebookText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TERMINAL_COLOURS = Pattern.compile("\u001B\\[[0-9;]*[A-Za-z]");

    private final TextAssembler out;

    private NotebookText(TextAssembler out) {
        this.out = out;
    }

    /** Writes the notebook, or no text if the text is none. */
    static boolean write(String text, TextAssembler out) {
        if (!text.contains("\"nbformat\"") || !text.contains("\"cells\"")) {
            return false;
        }
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return false;
        }
        if (!root.path("nbformat").isInt()) {
            return false;
        }
        NotebookText notebook = new NotebookText(out);
        root.path("cells").forEach(notebook::cell);
        root.path("worksheets").forEach(sheet -> sheet.path("cells").forEach(notebook::cell));
        return true;
    }

    private void cell(JsonNode cell) {
        String source = lines(cell.has("source") ? cell.path("source") : cell.path("input"));
        switch (cell.path("cell_type").asText()) {
            case "markdown" -> new MarkdownLines(out).write(stripped(source));
            case "heading" -> out.block(BlockType.HEADING, cell.path("level").asInt(1), source);
            case "code" -> {
                out.block(BlockType.CODE, 0, stripped(source));
                cell.path("outputs").forEach(this::output);
            }
            default -> out.block(BlockType.PARAGRAPH, 0, stripped(source));
        }
    }

    /** Writes the plain text of an output instead of its richer forms; a picture has only its object's name. */
    private void output(JsonNode output) {
        JsonNode data = output.path("data");
        boolean picture =
                data.properties().stream().anyMatch(form -> form.getKey().startsWith("image/"));
        String text = lines(output.path("text")) + (picture ? "" : lines(data.path("text/plain")));
        if (output.path("output_type").asText().matches("error|pyerr")) {
            text = lines(output.path("ename")) + ": " + lines(output.path("evalue"));
        }
        if (picture) {
            out.leaveOut(LeftOut.ENCODED_DATA, 1);
        }
        out.block(BlockType.CODE, 0, stripped(TERMINAL_COLOURS.matcher(text).replaceAll("")));
    }

    private String stripped(String text) {
        EncodedData.Stripped stripped = EncodedData.strip(text);
        out.leaveOut(LeftOut.ENCODED_DATA, stripped.count());
        return stripped.text();
    }

    private static String lines(JsonNode value) {
        if (!value.isArray()) {
            return value.asText("");
        }
        StringBuilder joined = new StringBuilder();
        value.forEach(line -> joined.append(line.asText()));
        return joined.toString();
    }
}
