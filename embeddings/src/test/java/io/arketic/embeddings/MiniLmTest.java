package io.arketic.embeddings;

class MiniLmTest extends LocalModelContract {

    MiniLmTest() {
        super(LocalModel.MINI_LM);
    }
}
