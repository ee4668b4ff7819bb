/** Names of people. A profile may hide the address of a member from the others. */

interface Person {
    first_name: string;
    last_name: string;
}

interface Member extends Person {
    user_id: string;
    email: string | null;
}

export function personName(one: Person): string {
    return `${one.first_name} ${one.last_name}`.trim();
}

/** Returns the name, or else what is known of the member. */
export function memberName(one: Member): string {
    return personName(one) || one.email || one.user_id;
}

/** Returns the address, which is unique, or else what is known of the member. */
export function memberAddress(one: Member): string {
    return one.email || memberName(one);
}

/** Returns the name with the address, as far as they are known. */
export function memberLabel(one: Member): string {
    return one.email === null ? memberName(one) : `${personName(one)} (${one.email})`.trim();
}
