package io.arketic.extractors.worker;

import io.arketic.extractors.protocol.GreyPicture;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;

/** Lets the parent recognise pictures, because a parser process starts no program. */
final class ParentRecognizer implements WorkerProtocol.Recognizer {

    private final DataOutputStream out;
    private final BlockingQueue<Recognition> answers;

    ParentRecognizer(DataOutputStream out, BlockingQueue<Recognition> answers) {
        this.out = out;
        this.answers = answers;
    }

    @Override
    public Recognition read(GreyPicture picture) throws IOException {
        try {
            WorkerProtocol.writePicture(out, picture);
            return answers.take();
        } catch (IOException | InterruptedException parentIsGone) {
            Runtime.getRuntime().halt(0);
            throw new IOException(parentIsGone);
        }
    }
}
