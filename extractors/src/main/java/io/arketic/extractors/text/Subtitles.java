package io.arketic.extractors.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the speech of WebVTT and SubRip files, without times, cue numbers, notes and markup; names speakers where they
 * change.
 */
final class Subtitles {

    private static final Pattern VOICE = Pattern.compile("<v(?:\\.[^\\s>]*)?\\s+([^>]{1,100})>");

    private Subtitles() {}

    static String spoken(String text) {
        StringBuilder out = new StringBuilder();
        String[] speaker = {""};
        for (String cue : text.split("\n[ \t]*\n+", -1)) {
            if (cue.startsWith("NOTE") || cue.startsWith("STYLE") || cue.startsWith("REGION")) {
                continue;
            }
            int time = cue.indexOf("-->");
            if (time < 0) {
                continue;
            }
            int words = cue.indexOf('\n', time);
            if (words >= 0) {
                out.append(VOICE.matcher(cue.substring(words + 1))
                                .replaceAll(voice -> Matcher.quoteReplacement(change(speaker, voice.group(1))))
                                .replaceAll("<[^>]{0,200}>", ""))
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String change(String[] speaker, String next) {
        if (speaker[0].equals(next)) {
            return "";
        }
        speaker[0] = next;
        return next + ": ";
    }
}
