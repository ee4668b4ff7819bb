package io.arketic.ingest.lease;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.InstantiationUtil;

/** Carries leases from the JobManager to the readers of the same job, which have the same classes. */
final class LeaseSerializer<W extends Serializable> implements SimpleVersionedSerializer<Lease<W>> {

    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(Lease<W> lease) throws IOException {
        return InstantiationUtil.serializeObject(lease);
    }

    @Override
    public Lease<W> deserialize(int version, byte[] serialized) throws IOException {
        try {
            return InstantiationUtil.deserializeObject(serialized, LeaseSerializer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
    }
}
