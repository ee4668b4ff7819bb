package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageGuessTest {

    @ParameterizedTest
    @CsvSource({
        "en, 'The pump is in the cellar and it is not for the garden.'",
        "de, 'Die Pumpe ist im Keller und sie ist nicht für den Garten.'",
        "fr, 'La pompe est dans la cave et elle est pour le jardin.'",
        "tr, 'Bu pompa çok iyi ve bahçe için de en doğru olan bir seçimdir.'",
        "ru, 'Насос находится в подвале и не подходит для сада, но это не так.'",
        "ar, 'المضخة في القبو وليست للحديقة'",
        "zh, 水泵在地下室里",
        "ja, ポンプは地下室にあります",
        "th, ปั๊มอยู่ในห้องใต้ดิน",
        "ko, 펌프는 지하실에 있습니다"
    })
    void knowsTheCommonLanguages(String language, String text) {
        assertThat(LanguageGuess.of(null, text)).isEqualTo(language);
    }

    @Test
    void believesADeclaredTagButNothingElse() {
        assertThat(LanguageGuess.of("pt_BR", "The text is in English, of course."))
                .isEqualTo("pt-BR");
        assertThat(LanguageGuess.of("see below", "12345")).isNull();
    }
}
