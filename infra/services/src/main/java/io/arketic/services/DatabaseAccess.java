package io.arketic.services;

/** Describes access to a database as one of its users; {@code url} is a JDBC address. */
public record DatabaseAccess(String url, String user, String password) {

    /** Shows no password. */
    @Override
    public String toString() {
        return "DatabaseAccess[url=" + url + ", user=" + user + "]";
    }
}
