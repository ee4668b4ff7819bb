package io.arketic.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TerminalTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private Instant now = Instant.EPOCH;

    @Test
    void rewritesProgressInPlaceOnATerminal() {
        var terminal = new Terminal(stream, true, () -> now);
        terminal.progress("1/2");
        terminal.progress("1/2");
        terminal.progress("2/2");
        terminal.line("done");
        assertThat(printed()).isEqualTo("\r\u001b[K1/2\r\u001b[K2/2\r\u001b[Kdone\n");
    }

    @Test
    void printsProgressElsewhereAtMostEveryFiveSeconds() {
        var terminal = new Terminal(stream, false, () -> now);
        terminal.progress("1/9");
        now = now.plusSeconds(4);
        terminal.progress("2/9");
        now = now.plusSeconds(1);
        terminal.progress("3/9");
        now = now.plusSeconds(60);
        terminal.progress("3/9");
        assertThat(printed()).isEqualTo("1/9\n3/9\n");
    }

    @Test
    void theLastProgressStaysOnceEitherWay() {
        var elsewhere = new Terminal(stream, false, () -> now);
        elsewhere.progress("1/2");
        elsewhere.finishProgress("2/2");
        elsewhere.progress("2/2");
        elsewhere.finishProgress("2/2");
        assertThat(printed()).isEqualTo("1/2\n2/2\n2/2\n");
        bytes.reset();
        var terminal = new Terminal(stream, true, () -> now);
        terminal.progress("1/2");
        terminal.finishProgress("2/2");
        terminal.line("next");
        assertThat(printed()).isEqualTo("\r\u001b[K1/2\r\u001b[K2/2\nnext\n");
    }

    @Test
    void saysDurationsAsPeopleDo() {
        assertThat(Terminal.duration(Duration.ofMillis(40))).isEqualTo("0.0 s");
        assertThat(Terminal.duration(Duration.ofMillis(1250))).isEqualTo("1.3 s");
        assertThat(Terminal.duration(Duration.ofMillis(12_600))).isEqualTo("13 s");
        assertThat(Terminal.duration(Duration.ofSeconds(89))).isEqualTo("89 s");
        assertThat(Terminal.duration(Duration.ofSeconds(125))).isEqualTo("2 min 5 s");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
