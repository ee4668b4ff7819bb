package io.arketic.extractors.pdf;

/**
 * Holds text of one line without a wide gap. Coordinates are in points, from the page's left and upper edge in reading
 * direction.
 *
 * @param baseline distance of the line from the upper edge
 * @param size height of the letters' font
 * @param alone whether the line is no part of running text, such as a field of a form
 */
record PdfSegment(String text, double left, double right, double baseline, double size, boolean bold, boolean alone) {

    PdfSegment joined(PdfSegment next, String between) {
        return new PdfSegment(
                text + between + next.text,
                Math.min(left, next.left),
                Math.max(right, next.right),
                text.length() >= next.text.length() ? baseline : next.baseline,
                Math.max(size, next.size),
                bold && next.bold,
                alone || next.alone);
    }

    PdfSegment onItsOwn() {
        return new PdfSegment(text, left, right, baseline, size, bold, true);
    }

    double width() {
        return right - left;
    }

    double top() {
        return baseline - size * 0.8;
    }

    double bottom() {
        return baseline + size * 0.2;
    }

    int words() {
        String bare = text.strip();
        return bare.isEmpty()
                ? 0
                : (int) bare.chars().filter(Character::isWhitespace).count() + 1;
    }
}
