package io.arketic.extractors.worker;

/** What is said in WebVTT and SubRip files, without times, cue numbers, notes and markup. */
final class Subtitles {

    private Subtitles() {}

    static String spoken(String text) {
        StringBuilder out = new StringBuilder();
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
                out.append(cue.substring(words + 1)
                                .replaceAll("<v(?:\\.[^\\s>]*)?\\s+([^>]{1,100})>", "$1: ")
                                .replaceAll("<[^>]{0,200}>", ""))
                        .append('\n');
            }
        }
        return out.toString();
    }
}
