package io.arketic.schema.tenancy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the notifications (NOTIFY) of other transactions, on its own thread and connection. It restores a lost
 * connection. Notifications in between are lost, so {@code connected} must look for changes itself.
 */
public final class NotificationListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NotificationListener.class);
    private static final Pattern CHANNEL = Pattern.compile("[a-z_]{1,60}");
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DatabaseSettings settings;
    private final Map<String, Consumer<String>> channels;
    private final Runnable connected;
    private final Consumer<Throwable> trouble;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "database-listener");

    private NotificationListener(
            DatabaseSettings settings,
            Map<String, Consumer<String>> channels,
            Runnable connected,
            Consumer<Throwable> trouble) {
        this.settings = settings;
        this.channels = Map.copyOf(channels);
        this.connected = connected;
        this.trouble = trouble;
    }

    /**
     * Begins to listen; the database may start later.
     *
     * @param channels what is done with each payload, by its channel's name; on the listener's thread, so it must be quick
     * @param connected on the same thread, each time when everything said from now on will be heard
     * @param trouble is told of a connection that was lost, once until there is another, and of what {@code channels} and
     *     {@code connected} threw, of which none ends the listening
     * @throws IllegalArgumentException for the name of a channel that is not lower case letters and underscores
     */
    public static NotificationListener open(
            DatabaseSettings settings,
            Map<String, Consumer<String>> channels,
            Runnable connected,
            Consumer<Throwable> trouble) {
        for (String channel : channels.keySet()) {
            if (!CHANNEL.matcher(channel).matches()) {
                throw new IllegalArgumentException("Not a channel's name: " + channel);
            }
        }
        NotificationListener listener = new NotificationListener(settings, channels, connected, trouble);
        listener.thread.setDaemon(true);
        listener.thread.start();
        return listener;
    }

    private void run() {
        boolean said = false;
        while (!isClosing(Duration.ZERO)) {
            try (Connection connection = connect()) {
                listen(connection);
                connected.run();
                said = false;
                hear(connection);
            } catch (SQLException | RuntimeException | Error lost) {
                // Only closing ends the thread: otherwise lost notifications would stay unnoticed.
                if (!said && !isClosing(Duration.ZERO)) {
                    tell(lost);
                    said = true;
                }
                if (isClosing(PAUSE)) {
                    return;
                }
            }
        }
    }

    private void tell(Throwable what) {
        try {
            trouble.accept(what);
        } catch (RuntimeException | Error failure) {
            failure.addSuppressed(what);
            log.error("Trouble of the listener could not be told", failure);
        }
    }

    /** Returns false only after {@link #close}. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        properties.setProperty("ApplicationName", "arketic-listener");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(settings.url(), properties);
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String channel : channels.keySet()) {
                statement.execute("listen " + channel);
            }
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        while (!isClosing(Duration.ZERO)) {
            PGNotification[] heard = postgres.getNotifications(Math.toIntExact(QUIET.toMillis()));
            if (heard == null || heard.length == 0) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select 1"); // fails when the server is gone
                }
                continue;
            }
            for (PGNotification notification : heard) {
                try {
                    channels.getOrDefault(notification.getName(), payload -> {}).accept(notification.getParameter());
                } catch (RuntimeException | Error failure) {
                    tell(failure);
                }
            }
        }
    }

    private boolean isClosing(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the listener within a few seconds. */
    @Override
    public void close() {
        closing.countDown();
    }
}
