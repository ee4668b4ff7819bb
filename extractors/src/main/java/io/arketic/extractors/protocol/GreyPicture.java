package io.arketic.extractors.protocol;

/** Holds a picture of {@code width * height} grey pixels, one byte each, row by row from above; 0 is black. */
public record GreyPicture(int width, int height, byte[] pixels) {

    /** Limits the pixels of a picture: a page of A4 at 300 to the inch has 9 million. */
    public static final int MAX_PIXELS = 12_000_000;

    /** Limits the pixels of the longer side. */
    public static final int MAX_SIDE = 12_000;

    /** Sets the least difference of shades that is visible on paper. */
    private static final int LEAST_CONTRAST = 40;

    public GreyPicture {
        if (width < 1 || height < 1 || pixels.length != width * height) {
            throw new IllegalArgumentException(width + " x " + height + " are not " + pixels.length + " pixels");
        }
    }

    /** Returns whether it shows only one shade. */
    public boolean isBlank() {
        int darkest = 255;
        int lightest = 0;
        for (byte pixel : pixels) {
            int grey = pixel & 0xff;
            darkest = Math.min(darkest, grey);
            lightest = Math.max(lightest, grey);
        }
        return lightest - darkest < LEAST_CONTRAST;
    }
}
