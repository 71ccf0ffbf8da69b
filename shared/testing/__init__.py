"""What tests stand on: real servers, databases built by the migrations, tokens, a clock that moves, test people."""
