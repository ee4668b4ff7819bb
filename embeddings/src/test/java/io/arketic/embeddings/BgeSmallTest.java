package io.arketic.embeddings;

class BgeSmallTest extends LocalModelContract {

    BgeSmallTest() {
        super(LocalModel.BGE_SMALL);
    }
}
