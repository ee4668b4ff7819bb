package io.arketic.extractors.protocol;

/** A picture of {@code width * height} grey pixels, one byte each, row by row from above; 0 is black. */
public record GreyPicture(int width, int height, byte[] pixels) {

    /** Pixels of the largest picture: a page of A4 with 300 to the inch has 9 million. */
    public static final int MAX_PIXELS = 12_000_000;

    /** Pixels of the longer side. */
    public static final int MAX_SIDE = 12_000;

    /** A difference that an eye sees on paper. */
    private static final int LEAST_CONTRAST = 40;

    public GreyPicture {
        if (width < 1 || height < 1 || pixels.length != width * height) {
            throw new IllegalArgumentException(width + " x " + height + " are not " + pixels.length + " pixels");
        }
    }

    /** Whether it shows one shade only. */
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
