use dmr::SseEvents;

#[derive(SseEvents)]
enum Event {
    Two(u8, u8),
    Named { text: String },
    #[event(colour = "red")]
    Red,
    #[event(name = "a\nb")]
    Broken(u8),
    #[event(data = "x")]
    Data(u8),
}

#[derive(SseEvents)]
struct NoEnum;

fn main() {}
