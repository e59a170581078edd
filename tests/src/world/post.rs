//! The server's side of an exchange: what arrives together is kept together, and what is answered is
//! checked at once.

use super::check;
use super::net::{Kind, Message};
use super::server::{Answer, Call};
use super::step::Death;
use super::theft::Theft;
use super::world::{Played, World, Wrong, name};
use aanbel_shared::sync::{Instruction, Reply, decode_request, encode_reply};

impl World {
    /// One group commit for all that came in together.
    pub fn arrive_at_server(&mut self, together: Vec<Message>) -> Played {
        let now_ms = self.now_ms;
        let apart = |world: &World, phone: usize| world.phones[phone].cut_until_ms > now_ms;
        let heard: Vec<Message> =
            together.into_iter().filter(|message| !apart(self, message.phone)).collect();
        if self.server.open.is_none() || heard.is_empty() {
            return Ok(());
        }
        for message in &heard {
            self.note(&message.bytes);
            if let Ok(request) = decode_request(&message.bytes) {
                request.ops.iter().for_each(|op| self.truth.arrived(message.number, op));
            }
        }
        let thefts: Vec<Theft> = heard.iter().filter_map(|message| self.theft(message)).collect();
        let honest = heard.iter().filter_map(|message| match &message.kind {
            Kind::Request { token, proof, .. } => {
                Some(Call { token, proof, bytes: &message.bytes })
            }
            _ => None,
        });
        let calls: Vec<Call<'_>> = honest.chain(thefts.iter().map(Theft::call)).collect();
        let mut answers = self.server.exchange(&calls, now_ms);
        let to_thieves = answers.split_off(heard.len());
        if to_thieves.iter().flatten().any(|one| matches!(one, Answer::Reply(_))) {
            return Err(Wrong("a thief got an answer".into()));
        }
        if self.server.open.is_none() {
            let count = heard.len();
            self.tell(|| format!("the server lost power while it kept {count} requests"));
        }
        for (message, answer) in heard.into_iter().zip(answers) {
            let Kind::Request { back, death, .. } = message.kind else { continue };
            let Some(answer) = answer else { continue };
            let number = message.number;
            let (kind, bytes) = self.said(&message, answer, death)?;
            self.note(&bytes);
            let reply = Message { phone: message.phone, number, bytes, kind };
            self.net.send(now_ms, back, reply);
        }
        Ok(())
    }

    /// The message that an answer becomes. What it promises and shows is checked at once.
    fn said(
        &mut self,
        message: &Message,
        answer: Answer,
        death: Death,
    ) -> Result<(Kind, Vec<u8>), Wrong> {
        let phone = message.phone;
        Ok(match answer {
            Answer::Reply(reply) => {
                self.told_reply(phone, &reply);
                check::reply(self, message.number, &reply)?;
                let acknowledged = self.truth.held.acknowledged.entry(message.number).or_default();
                *acknowledged = reply.kept.max(*acknowledged);
                (Kind::Reply { death }, encode_reply(&reply))
            }
            Answer::Unknown => {
                self.tell(|| format!("the server did not know {}", name(phone)));
                (Kind::Unknown, Vec::new())
            }
            Answer::Refused(why) => {
                self.tell(|| format!("the server refused {}: {why}", name(phone)));
                (Kind::Refused, Vec::new())
            }
        })
    }

    fn told_reply(&mut self, phone: usize, reply: &Reply) {
        let ops: usize = reply.pages.iter().map(|page| page.ops.len()).sum();
        let (kept, instruction) = (reply.kept, reply.instruction);
        let usual = ops == 0 && instruction == Instruction::Continue;
        self.tell_news(usual, || {
            let name = name(phone);
            format!("the server has {kept} ops of {name}, gave it {ops}, said {instruction:?}")
        });
    }
}
