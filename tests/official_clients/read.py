"""Reads a server with the official clients, as their documentation shows it."""

import json
import sys

import anthropic
import ollama
import openai

url = sys.argv[1]
messages = [{"role": "user", "content": "Count to three"}]
read = {}

client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
whole = client.chat.completions.create(model="m", messages=messages)
read["openai value"] = whole.choices[0].message.content
chunks = client.chat.completions.create(model="m", messages=messages, stream=True)
read["openai events"] = [chunk.choices[0].delta.content for chunk in chunks]

client = anthropic.Anthropic(base_url=url, api_key="none", max_retries=0)
whole = client.messages.create(model="m", max_tokens=9, messages=messages)
read["anthropic value"] = whole.content[0].text
events = client.messages.create(model="m", max_tokens=9, messages=messages, stream=True)
read["anthropic events"] = [event.type for event in events]
with client.messages.stream(model="m", max_tokens=9, messages=messages) as stream:
    read["anthropic text"] = list(stream.text_stream)
    read["anthropic tokens"] = stream.get_final_message().usage.output_tokens

client = ollama.Client(host=url)
read["ollama value"] = client.chat(model="m", messages=messages).message.content
parts = client.chat(model="m", messages=messages, stream=True)
read["ollama events"] = [(part.message.content, part.done) for part in parts]

print(json.dumps(read))
