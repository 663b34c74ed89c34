/** Words in and words out: what a small checkpoint offers to type, how it reads a prompt, and what it says of a picture. */
import { expect, test } from "./studio";

test("the prompt field completes words the checkpoint knows", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  const prompt = editor.card("prompt").getByRole("textbox", { name: "Prompt" });
  await prompt.fill("");
  await prompt.pressSequentially("a dog and two wine gl");
  const offered = page.getByRole("listbox", { name: "Words this checkpoint knows" });
  await expect(offered.getByRole("option")).toHaveText(["wine glass", "wine glasses"]);
  await prompt.press("ArrowDown");
  await prompt.press("ArrowDown");
  await prompt.press("Enter");
  await expect(prompt).toHaveValue("a dog and two wine glasses");
  await expect(offered).toHaveCount(0);
});

test("words of the list go into the prompt", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.card("prompt").click({ position: { x: 60, y: 12 } });
  const panel = page.getByRole("tabpanel", { name: "Params" });
  await panel.getByRole("textbox", { name: "Prompt" }).fill("a photo of a red");
  await panel.getByText("Words this checkpoint knows").click();
  await panel.getByRole("region", { name: "Things" }).getByRole("button", { name: "umbrella", exact: true }).click();
  await expect(panel.getByRole("textbox", { name: "Prompt" })).toHaveValue("a photo of a red umbrella");
});

test("a synonym and a typing mistake are read in the checkpoint's words, and said", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("a photo of a kitten and an umbrela");
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await expect(editor.card("text-encoder")).toContainText("Read “kitten” as “cat”, “umbrela” as “umbrella”.");
  // Said where the words can be changed, too, until they are.
  await editor.select("prompt");
  const notes = page.getByRole("tabpanel", { name: "Params" }).getByRole("list", { name: "From the run" });
  await expect(notes).toContainText("Read “kitten” as “cat”");
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("a photo of a cat");
  await expect(notes).toBeHidden();
});

test("the language model describes what it imagined and what was drawn", async ({ editor, page }) => {
  await editor.openPreset("Draw, then describe");
  await editor.run.click();
  const described = page.locator("article[data-node-type=describe-image]");
  await expect(described).toHaveCount(2);
  for (const card of await described.all()) {
    await expect(card).toHaveAttribute("data-status", "done");
    // The question's own field holds no text content; these are the answer's words.
    await expect(card.getByRole("paragraph")).toHaveText(/\w+ \w+/);
  }
  // A unit that is a word leaves room for the digits.
  await described.first().getByRole("heading").click();
  const longest = page.getByRole("tabpanel", { name: "Params" }).getByRole("spinbutton", { name: "Longest answer" });
  expect(await longest.evaluate((field) => field.scrollWidth - field.clientWidth)).toBeLessThanOrEqual(0);
});
