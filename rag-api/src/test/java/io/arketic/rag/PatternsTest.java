package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Tests that no pattern needs a second for a user's text of 4,000 characters: the steps grow with its length, not with
 * its square.
 */
class PatternsTest {

    private static final int LENGTH = 400;

    /** Limits the steps for each character; a pattern that reads each rest of the text takes {@code LENGTH / 2}. */
    private static final long STEPS = 100;

    /** Lists patterns that only read words of at most 60 characters, or the beginnings of lines. */
    private static final Set<String> OF_SHORT_TEXTS = Set.of(
            "Codes.CODE",
            "Codes.EDGES",
            "Codes.ORDINARY",
            "TextBlocks.CODE_LINE",
            "TextBlocks.FIELD",
            "TextBlocks.FIGURES",
            "TextBlocks.LOG",
            "TextBlocks.UNDERLINE");

    private static final List<String> PIECES = List.of(
            "a", "1", " ", "\n", ".", "-", "/", "[", "(", ")", "\"", ",", ":", "#", "|", "*", ">", "中", "1.", "a ",
            "user:");

    @Test
    void patternsTakeNoLongerThanTheirTextsAreLong() throws ReflectiveOperationException {
        List<String> texts = new ArrayList<>();
        for (String one : PIECES) {
            for (String other : PIECES) {
                texts.add((one + other).repeat(LENGTH / (one + other).length()) + "\0");
                texts.add(other + one.repeat(LENGTH / one.length()) + "\0");
            }
        }
        Set<String> slow = new TreeSet<>();
        int seen = 0;
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.arketic.rag")) {
            for (JavaField field : type.getFields()) {
                String name = type.getSimpleName() + "." + field.getName();
                if (field.getRawType().isEquivalentTo(Pattern.class)
                        && field.getModifiers().contains(JavaModifier.STATIC)
                        && !OF_SHORT_TEXTS.contains(name)) {
                    seen++;
                    var declared = field.reflect();
                    declared.setAccessible(true);
                    if (texts.stream().anyMatch(new Watch((Pattern) declared.get(null))::isSlow)) {
                        slow.add(name);
                    }
                }
            }
        }
        assertThat(slow).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    private record Watch(Pattern pattern) {

        boolean isSlow(String text) {
            return isSlow(text, Matcher::find) || isSlow(text, Matcher::matches);
        }

        private boolean isSlow(String text, java.util.function.Predicate<Matcher> use) {
            try {
                use.test(pattern.matcher(new Counted(text, new long[] {STEPS * LENGTH})));
                return false;
            } catch (TooMany steps) {
                return true;
            }
        }
    }

    /** Limits how often its characters may be read. */
    private record Counted(String text, long[] left) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int at) {
            if (--left[0] < 0) {
                throw new TooMany();
            }
            return text.charAt(at);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooMany extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooMany() {
            super(null, null, false, false);
        }
    }
}
