package io.arketic.extractors.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharsetGuessTest {

    @ParameterizedTest
    @CsvSource({
        "windows-1252, 'Größe und Übermaß: die Straße führt zum Café, naïve Bären'",
        "windows-1252, “An English sentence” – with quotes and a dash’s end",
        "windows-1250, 'Zażółć gęślą jaźń, proszę państwa, źle się dzieje'",
        "windows-1254, 'İstanbul şehrinde güneş doğarken çarşı açıldı'",
        "windows-1251, 'Москва является столицей Российской Федерации'",
        "KOI8-R, 'Москва является столицей Российской Федерации'",
        "IBM866, 'Москва является столицей Российской Федерации'",
        "windows-1253, 'Η Αθήνα είναι η πρωτεύουσα της Ελλάδας και η μεγαλύτερη πόλη'",
        "windows-1255, 'ירושלים היא עיר הבירה של מדינת ישראל והעיר הגדולה בה'",
        "windows-1256, 'القاهرة هي عاصمة جمهورية مصر العربية وأكبر مدنها'",
        "ISO-8859-6, 'القاهرة هي عاصمة جمهورية مصر العربية وأكبر مدنها'",
        "TIS-620, 'กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย'",
        "Big5, 臺北市是中華民國的首都",
        "GB18030, 北京是中华人民共和国的首都",
        "EUC-KR, 서울은 대한민국의 수도이자 최대 도시이다",
        "Shift_JIS, 東京は日本の首都であり、世界最大の都市のひとつです。",
        "EUC-JP, 東京は日本の首都であり、世界最大の都市のひとつです。",
        "UTF-8, Größe 北京 Москва",
        "UTF-16BE, 'Ein deutscher Text, der groß genug ist'",
        "UTF-16LE, 'Ein deutscher Text, der groß genug ist'",
        "UTF-16LE, 'हिन्दी में लिखा गया एक छोटा सा वाक्य है'"
    })
    void readsShortTextAsItWasWritten(String charset, String text) {
        byte[] bytes = text.getBytes(Charset.forName(charset));
        Charset guess = CharsetGuess.of(bytes);
        assertThat(new String(bytes, guess)).as("read as %s", guess).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, 東京は日本の首都です", "GB18030, 北京是中华人民共和国的首都", "Shift_JIS, 東京は日本の首都です"})
    void aSampleMayEndInsideACharacter(String charset, String text) {
        byte[] bytes = text.getBytes(Charset.forName(charset));
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThat(CharsetGuess.of(cut)).isEqualTo(Charset.forName(charset));
    }
}
