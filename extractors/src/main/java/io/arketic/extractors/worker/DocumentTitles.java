package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the title of a document: that of its properties, or else its first heading. */
final class DocumentTitles {

    /** Lists titles that programs write if the author gave none. */
    private static final Set<String> GIVEN_BY_PROGRAMS = Set.of(
            "untitled",
            "untitled document",
            "untitled-1",
            "unbenannt",
            "unbenanntes dokument",
            "sans titre",
            "sin título",
            "başlıksız",
            "title",
            "document",
            "document1",
            "dokument1",
            "new document",
            "word document",
            "microsoft word document",
            "microsoft word",
            "presentation",
            "presentation1",
            "powerpoint presentation",
            "powerpoint-präsentation",
            "présentation powerpoint",
            "presentación de powerpoint",
            "powerpoint sunusu",
            "slide 1",
            "no slide title",
            "kein folientitel",
            "index",
            "none",
            "null",
            "unknown",
            "(anonymous)");

    private static final Pattern PRINTED_BY = Pattern.compile("(?i)^microsoft (?:word|powerpoint|excel) - ");
    private static final Pattern FILE_NAME =
            Pattern.compile("(?i)\\S+\\.(?:docx?|pptx?|xlsx?|indd|tex|dvi|pdf|qxd|fm|rtf|odt|html?)");
    private static final int BLOCKS_BEFORE = 8;
    private static final int LONGEST = 200;

    private DocumentTitles() {}

    /**
     * @param given what the document's properties say, or null
     * @param headed whether a first heading is about the whole document: a sheet's name is not
     */
    static @Nullable String of(@Nullable String given, String text, List<Block> blocks, boolean headed) {
        String named = given == null ? "" : PRINTED_BY.matcher(given.strip()).replaceFirst("");
        boolean says = named.codePoints().anyMatch(Character::isLetterOrDigit)
                && !GIVEN_BY_PROGRAMS.contains(named.toLowerCase(Locale.ROOT))
                && !FILE_NAME.matcher(named).matches();
        if (says) {
            return named;
        }
        return headed ? heading(text, blocks) : null;
    }

    /** Returns the highest heading near the beginning. */
    private static @Nullable String heading(String text, List<Block> blocks) {
        Block best = null;
        for (Block block : blocks.subList(0, Math.min(BLOCKS_BEFORE, blocks.size()))) {
            if (block.type() == BlockType.FILE) {
                break; // what follows is about an inner file
            }
            boolean higher = best == null || block.level() < best.level();
            if (block.type() == BlockType.HEADING && higher && block.end() - block.start() <= LONGEST) {
                best = block;
            }
        }
        return best == null ? null : text.substring(best.start(), best.end()).replace('\n', ' ');
    }
}
