package io.arketic.extractors.text;

/** Scores text of two-byte character sets by the rows of its characters. */
final class DoubleByteRows {

    private DoubleByteRows() {}

    static double score(byte[] bytes, String charset) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < bytes.length; i++) {
            int lead = bytes[i] & 0xFF;
            if (lead < 0x80) {
                continue;
            }
            int trail = i + 1 < bytes.length ? bytes[i + 1] & 0xFF : -1;
            if (charset.equals("Shift_JIS") && lead >= 0xA1 && lead <= 0xDF) {
                sum -= 0.4;
                count++;
                continue;
            }
            if (trail < 0) {
                break;
            }
            sum += of(charset, lead, trail);
            count++;
            i++;
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double of(String charset, int lead, int trail) {
        return switch (charset) {
            case "GB18030" -> gb(lead, trail);
            case "Big5" -> big5(lead);
            case "EUC-KR" -> korean(lead, trail);
            case "EUC-JP" -> eucJapanese(lead);
            default -> shiftJis(lead, trail);
        };
    }

    private static double gb(int lead, int trail) {
        if (trail < 0xA1 || lead < 0xA1) {
            return -1;
        }
        if (lead >= 0xB0 && lead <= 0xD7) {
            return 0.95;
        }
        return lead == 0xA1 || lead == 0xA3 ? 0.5 : -0.5;
    }

    private static double big5(int lead) {
        if (lead >= 0xA4 && lead <= 0xC6) {
            return 0.95;
        }
        if (lead == 0xA1) {
            return 0.5;
        }
        return lead >= 0xC9 && lead <= 0xF9 ? -0.3 : -1;
    }

    private static double korean(int lead, int trail) {
        if (trail < 0xA1) {
            return -1;
        }
        if (lead >= 0xB0 && lead <= 0xC8) {
            return 1;
        }
        return lead == 0xA1 ? 0.3 : -0.8;
    }

    private static double eucJapanese(int lead) {
        if (lead == 0xA4 || lead == 0xA5) {
            return 1;
        }
        if (lead >= 0xB0 && lead <= 0xCF) {
            return 0.7;
        }
        return lead == 0xA1 ? 0.6 : -0.5;
    }

    private static double shiftJis(int lead, int trail) {
        if (lead == 0x82 && trail >= 0x9F || lead == 0x83 && trail <= 0x96) {
            return 1;
        }
        if (lead >= 0x88 && lead <= 0x97) {
            return 0.7;
        }
        return lead == 0x81 ? 0.6 : -0.5;
    }
}
