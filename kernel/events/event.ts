/** An event while it is delivered: what it says. One is used again for every delivery, so that firing allocates nothing. */
export class Event {
  type = 0;
  status = 0;
  data0 = 0;
  data1 = 0;
  data2 = 0;
  data3 = 0;
  data4 = 0;

  set(type: number, status: number, data0 = 0, data1 = 0, data2 = 0, data3 = 0, data4 = 0): this {
    this.type = type;
    this.status = status;
    this.data0 = data0;
    this.data1 = data1;
    this.data2 = data2;
    this.data3 = data3;
    this.data4 = data4;
    return this;
  }
}
