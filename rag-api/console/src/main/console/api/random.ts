/** 128 random bits. {@code crypto.randomUUID} is only there under https and on the loopback. */
export function random(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
}
