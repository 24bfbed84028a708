"""A bot of aiogram 3, as its documentation writes one."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.benchmarks.work import COMMAND, SECRET, TOKEN, read_links, reply_to

KNOWN = read_links()
dispatcher = Dispatcher()
bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_URL"])))


@dispatcher.message(F.text.regexp(COMMAND))
async def find(message: Message) -> None:
    await message.answer(reply_to(message.text, KNOWN))


async def set_webhook() -> None:
    await bot.set_webhook("https://example.org/telegram", secret_token=SECRET)


if port := os.environ.get("PORT"):
    dispatcher.startup.register(set_webhook)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, path="/telegram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port))
else:
    asyncio.run(dispatcher.start_polling(bot))
