Console.WriteLine("rpc");
