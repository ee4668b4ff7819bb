package io.arketic.embeddings;

class BgeSmallFp32Test extends LocalModelContract {

    BgeSmallFp32Test() {
        super(LocalModel.BGE_SMALL_FP32);
    }
}
