// A client as an integrator would write it, with the types of the document and nothing else. It makes an organization and a
// chat, writes into it, and reads what comes; each line that must not compile says so.
import type { components, operations } from "./api.js";

type Schemas = components["schemas"];
type Operations = keyof operations;
type Answers<O extends Operations> = operations[O]["responses"];

/** The JSON of the statuses from 200 to 299. */
type Success<O extends Operations> = {
  [S in keyof Answers<O> & (200 | 201 | 202)]: Answers<O>[S] extends { content: { "application/json": infer J } } ? J : never;
}[keyof Answers<O> & (200 | 201 | 202)];

type Body<O extends Operations> = operations[O] extends { requestBody: { content: { "application/json": infer B } } } ? B : never;

class Refused extends Error {
  constructor(readonly problem: Schemas["Problem"]) {
    super(`${problem.type}: ${problem.detail ?? problem.title}${problem.errors?.map((error) => ` ${error.field}`).join("") ?? ""}`);
  }
}

class Client {
  constructor(
    private readonly address: string,
    private readonly token?: string,
  ) {}

  async post<O extends Operations>(_operation: O, path: string, body: Body<O>): Promise<Success<O>> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (this.token !== undefined) headers["Authorization"] = `Bearer ${this.token}`;
    const response = await fetch(this.address + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Refused((await response.json()) as Schemas["Problem"]);
    return (await response.json()) as Success<O>;
  }
}

/** What may be null has to be looked at. */
export function model(chat: Schemas["Chat"]): string {
  // @ts-expect-error
  const unlooked: string = chat.ai_model;
  return chat.ai_model ?? unlooked;
}

/** What is always sent need not be. */
export function told(message: Schemas["ChatMessage"]): string {
  const pages = message.citations.map((citation) => citation.page_number ?? "no page");
  return `${message.content.length} characters from ${pages.join(", ")} at ${new Date(message.created_at).toISOString()}`;
}

type AnswerEvent = Answers<"messageAnswer">[200]["content"]["text/event-stream"];

/** A stream says what its events hold. */
export function words(event: AnswerEvent): string {
  if ("text" in event) return event.text;
  if ("passages" in event) return event.passages.map((passage) => passage.filename).join();
  return "detail" in event ? (event.detail ?? "") : "";
}

/** The two answers of a question: itself, or what was made of it. */
export type Written = Success<"messageAnswer">;

/** A field that cannot be sent does not compile. */
export const creation: Body<"chatCreate"> = {
  title: "About pumps",
  system_prompt: null,
  // @ts-expect-error
  colour: "blue",
};

export async function run(address: string, name: string): Promise<string> {
  const email = `${name}@example.org`;
  const password = "a good password";
  const nobody = new Client(address);
  await nobody.post("registrationRegister", "/api/v1/auth/register", {
    email,
    password,
    first_name: "Ada",
    last_name: "Lovelace",
  });
  const tokens = await nobody.post("sessionLogin", "/api/v1/auth/login", { email, password });
  const user = new Client(address, tokens.access_token);
  const organization: Schemas["Organization"] = await user.post("organizationCreate", "/api/v1/organizations", { name });
  const chats = `/api/v1/organizations/${organization.id}/chats`;
  const chat = await user.post("chatCreate", chats, { title: "About pumps", system_prompt: null });
  const written: Written = await user.post("messageAnswer", `/api/v1/chats/${chat.id}/messages`, {
    content: "Hello",
    ask: false,
  });
  try {
    await user.post("chatCreate", chats, { title: " " });
    return "a blank title was taken";
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return `${chat.title}: ${written.content}; ${refused.message}`;
  }
}
