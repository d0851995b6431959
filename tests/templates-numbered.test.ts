import { numberedBody } from "@callboard/core/adapter";
import { expect, test } from "vitest";

test("numberedBody() puts a number in the place of each distinct expression, in order of appearance", () => {
  const body =
    'Dear <%= "Ms " + it.name %>,\n<%= (it.n) %> <%= it.a.b.c %> <%= it.n %> <%= -it.x * 2 + it.y %>';
  expect(numberedBody("words", body)).toEqual({
    text: "Dear {{1}},\n{{2}} {{3}} {{2}} {{4}}",
    expressions: ['"Ms " + it.name', "it.n", "it.a.b.c", "-it.x * 2 + it.y"],
  });
});

test("numberedBody() of words with control flow is null", () => {
  expect(numberedBody("words", "<% if (it.a) { %><%= it.a %><% } %>")).toBeNull();
});

test("numberedBody() refuses what templates may not do", () => {
  expect(() => numberedBody("words", "<%= process %>")).toThrow('"process" is not allowed');
});
