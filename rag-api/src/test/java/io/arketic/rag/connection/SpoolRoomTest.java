package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpoolRoomTest {

    @Test
    void oneOwnerLeavesRoomForOthers() {
        SpoolRoom room = new SpoolRoom(0, 1000);
        assertThat(room.takeDisk("greedy", 800)).isTrue();
        assertThat(room.takeDisk("greedy", 1)).isFalse();
        assertThat(room.takeDisk("second", 100)).isTrue();
        assertThat(room.takeDisk("third", 50)).isTrue();
        assertThat(room.heaviest()).isEqualTo("greedy");
        assertThat(room.bytes()).isEqualTo(950);
    }

    @Test
    void whatIsGivenBackIsFree() {
        SpoolRoom room = new SpoolRoom(10, 1000);
        assertThat(room.takeMemory(10)).isTrue();
        assertThat(room.takeMemory(1)).isFalse();
        assertThat(room.takeDisk("one", 800)).isTrue();
        room.releaseMemory(10);
        room.releaseDisk("one", 800);
        assertThat(room.bytes()).isZero();
        assertThat(room.heaviest()).isEmpty();
        assertThat(room.takeDisk("two", 800)).isTrue();
    }

    @Test
    void anUploadOfTheLargestSizeFitsTheUsualSpace() {
        SpoolRoom uploads = new SpoolSpace(2L << 30).uploads();
        assertThat(uploads.takeDisk("one", 1L << 30)).isTrue();
        assertThat(uploads.takeDisk("two", 128L << 20)).isTrue();
    }
}
